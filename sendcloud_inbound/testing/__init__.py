"""The sandbox for tests: the whole program in a thread, and fixtures for pytest.

    server     a sandbox in a thread of this process
    sandbox    one test's own API_USER: what the fixture `sendcloud` is
    receiver   a receiver of webhooks that verifies them
    plugin     the fixtures
    container  the image in a container engine; needs the extra `container`

Nothing is imported here: pytest loads the plugin in every run of every project that has the
package, and most of them do not use it.
"""
