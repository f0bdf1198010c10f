-- +goose Up
-- Whether somebody who has one mark has another, too, is answered from the index alone, along the subjects in the order of their time: in the table
-- it took a place of its own for each of their marks.
DROP INDEX match_mark_subject;
CREATE INDEX match_mark_subject ON match_mark (subject, digest);
