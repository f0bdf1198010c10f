-- +goose Up
-- By which means a reporter chose to be told, by the code of contact_way: whether anything can be sent at all is known without opening it.
ALTER TABLE safe_contact ADD COLUMN means text NOT NULL DEFAULT 'sms_plain';
