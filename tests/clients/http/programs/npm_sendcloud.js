// sendcloud (npm), first generation: its table of addresses is changed after it is loaded.
const mail = require("sendcloud/config/mail");
const Sendcloud = require("sendcloud");

mail.api.send = process.env.SENDCLOUD_HTTP_URL + "/webapi/mail.send.json";
const sendcloud = new Sendcloud(
  process.env.SENDCLOUD_API_USER, process.env.SENDCLOUD_API_KEY, "support@ifaxin.com", "爱发信");
const api = {
  to: ["ben@ifaxin.com", "joe@ifaxin.com"],
  sub: { "%name%": ["小本", "小乔"] },
};
sendcloud
  .send("ben@ifaxin.com", "%name%，您的账单", "<p>亲爱的%name%</p>", {
    x_smtpapi: JSON.stringify(api),
    resp_email_id: "true",
  })
  .then((answer) => console.log(JSON.stringify(answer)));
