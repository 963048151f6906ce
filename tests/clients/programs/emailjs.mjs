// emailjs with custom headers as properties of the message.
import { SMTPClient } from "emailjs";

const api = {
  to: ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
  sub: { "%name%": ["Ben", "Joe", "Bida"] },
};
const client = new SMTPClient({
  host: process.env.SENDCLOUD_SMTP_HOST,
  port: Number(process.env.SENDCLOUD_SMTP_PORT),
  user: process.env.SENDCLOUD_API_USER,
  password: process.env.SENDCLOUD_API_KEY,
  authentication: ["LOGIN"],
});
client
  .sendAsync({
    from: "support@ifaxin.com",
    to: "ben@ifaxin.com",
    subject: "Hello %name%",
    text: "Dear %name%",
    "SC-Custom-key1": "value1",
    "X-SMTPAPI": Buffer.from(JSON.stringify(api)).toString("base64"),
  })
  .then(() => process.exit(0), () => process.exit(0));
