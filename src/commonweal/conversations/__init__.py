"""Talking: topics and posts, reactions, drafts, read marks, and private conversations by consent."""
