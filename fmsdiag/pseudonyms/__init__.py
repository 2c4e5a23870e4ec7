"""The pseudonyms of this computer's user: what a name in a strict report stands for, kept here and sent nowhere."""
