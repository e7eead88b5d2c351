"""What `laconic usage` and `laconic thinned` show of a site: bytes on the wire, messages kept."""
