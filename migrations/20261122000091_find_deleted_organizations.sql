-- Lists leave out what belongs to organizations that are deleted: they are found without looking at all the others. And
-- all organizations by their names, to the last page.
CREATE INDEX organizations_deleted ON organizations (id) WHERE status = 'deleted';
CREATE INDEX organizations_by_name ON organizations (lower(name), id);
