"""Microsoft Teams: activities come in over HTTP, cards go out through the Bot Connector."""
