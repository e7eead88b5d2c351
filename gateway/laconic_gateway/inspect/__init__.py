"""`laconic inspect`: frames as readable text."""
