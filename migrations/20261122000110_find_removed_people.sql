-- Removed people are listed for whoever may restore them, without looking at all the others.
CREATE INDEX users_deleted ON users (org_id, id) WHERE status = 'deleted';
