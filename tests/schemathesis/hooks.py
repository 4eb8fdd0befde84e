"""What Schemathesis cannot know of the API."""

import itertools

import schemathesis

_numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, **kwargs):
    """A key is for one request: one that is drawn twice would be refused the second time, and rightly."""
    for name, value in list((case.headers or {}).items()):
        if name.lower() == "idempotency-key" and isinstance(value, str) and 0 < len(value) <= 200:
            case.headers[name] = f"{value}{next(_numbers)}"
