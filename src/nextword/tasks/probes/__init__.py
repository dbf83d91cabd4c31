"""Probes of memory: small languages in which one word hangs on another, further and further away."""
