"""Roles: people, organisations and leads; how they come and go, and how a partnership ends."""
