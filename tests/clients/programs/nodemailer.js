// nodemailer the ordinary way: custom headers come first, and a long value is folded.
const nodemailer = require("nodemailer");

const api = {
  to: ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
  sub: { "%name%": ["Ben", "Joe", "Bida"] },
};
const transport = nodemailer.createTransport({
  host: process.env.SENDCLOUD_SMTP_HOST,
  port: Number(process.env.SENDCLOUD_SMTP_PORT),
  auth: { user: process.env.SENDCLOUD_API_USER, pass: process.env.SENDCLOUD_API_KEY },
});
transport
  .sendMail({
    from: "support@ifaxin.com",
    to: "ben@ifaxin.com",
    subject: "Hello %name%",
    text: "Dear %name%",
    headers: {
      "SC-Custom-key1": "value1",
      "X-SMTPAPI": Buffer.from(JSON.stringify(api)).toString("base64"),
    },
  })
  .then((info) => console.log(info.response), (error) => console.log(error.response));
