"""SendCloud's HTTP API under both its prefixes, one pipeline with SMTP (SENDCLOUD.md 7, D9).

call             what a call is, and how one is asked and answered
parameters       from a request to the parameters of a call
envelope         the answer on the wire
listing          what a call answers that lists
mail             mail/send and its kin
list_mail        mail to address lists, mail/taskinfo
labels           label/*
templates        template/*
lists            addresslist/*
members          addressmember/*
scopes           which mail a call is about
statuses         data/emailStatus
bounces          bounce/*
unsubscriptions  unsubscribe/*
reactions        spamreported/list, openandclick/list
statistics       statday/list, stathour/list, invalidstat/list
webhooks         webhook/*
api_users        apiuser/*, userinfo/get
domains          domain/*
"""

from __future__ import annotations

from sendcloud_inbound.http.apiv2 import (
    api_users,
    bounces,
    domains,
    labels,
    lists,
    mail,
    members,
    reactions,
    statistics,
    statuses,
    templates,
    unsubscriptions,
    webhooks,
)
from sendcloud_inbound.http.apiv2.call import PREFIXES, router_of

CALLS = (
    *mail.CALLS,
    *labels.CALLS,
    *templates.CALLS,
    *lists.CALLS,
    *members.CALLS,
    *statuses.CALLS,
    *bounces.CALLS,
    *unsubscriptions.CALLS,
    *reactions.CALLS,
    *statistics.CALLS,
    *webhooks.CALLS,
    *api_users.CALLS,
    *domains.CALLS,
)
"""All calls there are."""

router = router_of(CALLS)

__all__ = ["CALLS", "PREFIXES", "router"]
