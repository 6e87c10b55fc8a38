# A program of somebody else that breaks, with Debian's unmodified SDK: crash.py DSN.
import sys

import sentry_sdk

sentry_sdk.init(sys.argv[1], release="payouts@3")


def charge(card, amount):
    password = "hunter2"
    return {"amount": amount}["currency"]


charge("4111111111111111", 5)
