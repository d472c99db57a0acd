"""How many candidates one machine carries: an open-loop generator, and the parts of `make scale` made with it."""
