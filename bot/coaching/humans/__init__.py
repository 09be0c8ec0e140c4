"""Ask a person: a question goes to somebody who answers it, and the answer comes back."""
