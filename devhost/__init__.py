"""A small local stand-in for the Azure Functions host: HTTP, timers and blobs over one Python `function_app`.

It behaves as the platform does where it does something, and refuses at start what it does not do. `python -m devhost`
serves `function_app.app`; `devhost.host.Host` drives any FunctionApp inside a test, without a socket.
"""
