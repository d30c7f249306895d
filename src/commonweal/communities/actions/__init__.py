"""Everything a person can do with a community and their place in it."""

from .counting import recount_members
from .founding import found_community, start_chapter
from .inviting import accept_invitation, invite, withdraw_invitation
from .joining import answer_join_request, ask_to_join, join, leave
from .persona import change_persona, erase_persona
from .stewarding import (
    appoint_founder,
    change_role,
    edit_community,
    edit_rules,
    open_doors,
    readmit_member,
    remove_member,
)
from .vetting import agree_vetting, begin_vetting, ran_out_untold, say_it_ran_out, withdraw_vetting
from .welcoming import greet, pass_on_greetings

__all__ = [
    "accept_invitation",
    "agree_vetting",
    "answer_join_request",
    "appoint_founder",
    "ask_to_join",
    "begin_vetting",
    "change_persona",
    "change_role",
    "edit_community",
    "edit_rules",
    "erase_persona",
    "found_community",
    "greet",
    "invite",
    "join",
    "leave",
    "open_doors",
    "pass_on_greetings",
    "ran_out_untold",
    "readmit_member",
    "recount_members",
    "remove_member",
    "say_it_ran_out",
    "start_chapter",
    "withdraw_invitation",
    "withdraw_vetting",
]
