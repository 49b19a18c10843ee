"""What tests share: a sample API, servers, tokens, arguments and replies for every endpoint."""
