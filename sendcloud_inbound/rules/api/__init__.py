"""SendCloud's HTTP API: what its parameters mean, and the mail that is made of them.

given       the parameters of a call, whatever way they came, and how each kind is read
mail        the parameters of mail/send, judged (SENDCLOUD.md 7.4)
meeting     the parameters of mail/sendcalendar, and the calendar part of its mail (7.7)
composing   the message that SendCloud makes of them
"""
