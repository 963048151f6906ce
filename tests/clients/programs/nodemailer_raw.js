// nodemailer made right: it builds the message, X-SMTPAPI is put behind its headers, and the whole
// is sent raw.
const MailComposer = require("nodemailer/lib/mail-composer");
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
const mail = new MailComposer({
  from: "support@ifaxin.com",
  to: "ben@ifaxin.com",
  subject: "Hello %name%",
  text: "Dear %name%",
  headers: { "SC-Custom-key1": "value1" },
});
mail.compile().build((error, built) => {
  const value = Buffer.from(JSON.stringify(api)).toString("base64");
  const raw = built.toString().replace("\r\n\r\n", `\r\nX-SMTPAPI: ${value}\r\n\r\n`);
  transport
    .sendMail({ envelope: { from: "support@ifaxin.com", to: "ben@ifaxin.com" }, raw })
    .then((info) => console.log(info.response), (failure) => console.log(failure.response));
});
