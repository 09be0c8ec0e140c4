"""What a message seems to be, and which factor it is about: a judgement that suggests and never acts."""
