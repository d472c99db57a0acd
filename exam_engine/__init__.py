"""The exam service: feature folders over one floor (`kit`), put together by `app`."""
