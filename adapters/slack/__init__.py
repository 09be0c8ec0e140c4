"""Slack: signed requests or Socket Mode in, Block Kit out; one workspace's token."""
