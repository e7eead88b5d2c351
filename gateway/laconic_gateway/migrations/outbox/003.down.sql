-- An older release knows nothing of provisional ids and refused messages: what is told here is lost.
DROP TABLE kept;
