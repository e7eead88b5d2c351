"""The site gateway and the cloud expander."""
