"""SendCloud's HTTP API: what its parameters mean, and the mail that is made of them.

given       the parameters of a call, whatever way they came, and how each kind is read
mail        the parameters of mail/send, judged (SENDCLOUD.md 7.4)
meeting     the parameters of mail/sendcalendar, and the calendar part of its mail (7.7)
sendtemplate  the parameters of mail/sendtemplate (7.5)
composing   the message that SendCloud makes of them
labels      the parameters of the calls about labels (7.11)
templates   those of the calls about templates, and their review (7.11)
lists       those of the calls about address lists and their members (7.8)
selection   the parameters that say which mail a call is about: span, address, labels (7.9, 7.11)
counters    the counters of statistics as answers have them (7.11)
hooks       the parameters of webhook settings (7.10)
profile     API_USERs and the user: their parameters and rows (7.11)
domains     likewise domains (7.11)
"""
