from __future__ import annotations

from django.urls import path

from .views import posts, private, search, topics

app_name = "conversations"
urlpatterns = [
    path("c/<slug:slug>/talk/", topics.topics, name="topics"),
    path("c/<slug:slug>/talk/new/", topics.new, name="new"),
    path("c/<slug:slug>/talk/feed/", topics.feed, name="feed"),
    path("c/<slug:slug>/talk/search/", search.search, name="search"),
    path("c/<slug:slug>/talk/<int:topic_id>/", topics.topic, name="topic"),
    path("c/<slug:slug>/talk/<int:topic_id>/since/<int:number>/", topics.since, name="since"),
    path("c/<slug:slug>/talk/<int:topic_id>/react/", posts.react_to, name="react"),
    path("c/<slug:slug>/talk/<int:topic_id>/watch/", topics.watch, name="watch"),
    path("c/<slug:slug>/talk/post/<int:post_id>/change/", posts.edit, name="edit"),
    path("c/<slug:slug>/talk/post/<int:post_id>/history/", posts.history, name="history"),
    path("c/<slug:slug>/talk/post/<int:post_id>/take-back/", posts.take_back, name="take_back"),
    path("c/<slug:slug>/talk/picture/<int:picture_id>/", posts.picture, name="picture"),
    path("c/<slug:slug>/people/<int:member_id>/talk/", private.ask_to_talk, name="ask_to_talk"),
    path("me/messages/", private.private, name="private"),
    path("me/messages/<int:conversation_id>/", private.conversation, name="conversation"),
    path(
        "me/messages/<int:conversation_id>/since/<int:number>/", private.conversation_since, name="conversation_since"
    ),
    path("me/messages/<int:conversation_id>/show/", private.show_to_stewards, name="show_to_stewards"),
    path("me/messages/<int:conversation_id>/answer/", private.answer, name="answer"),
    path("me/draft/", posts.draft, name="draft"),
]
