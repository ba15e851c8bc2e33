-- Assignments of permission sets that end on their day: whether that has come is written down by whoever knows the time.
ALTER TABLE _assignment ADD COLUMN expires INTEGER;
ALTER TABLE _assignment ADD COLUMN lapsed INTEGER NOT NULL DEFAULT 0;
