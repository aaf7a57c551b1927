-- People are told of a sign-in from somewhere new, and of too many wrong tries. Which kinds there are the code knows.
ALTER TABLE mails DROP CONSTRAINT mails_kind_check, ADD CONSTRAINT mails_kind_is_a_word CHECK (kind ~ '^[a-z_]{1,40}$');
ALTER TABLE knocks DROP CONSTRAINT knocks_kind_check, ADD CONSTRAINT knocks_kind_is_a_word CHECK (kind ~ '^[a-z_]{1,40}$');
