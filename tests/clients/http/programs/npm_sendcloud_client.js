// sendcloud-client (npm), first generation. Its address is a constant, so `_request`, by which all
// calls go, is given another one; no proxy can be named to the library beneath it.
const SendCloud = require("sendcloud-client");

// The library asks in another process, by os.tmpDir(), which Node has not had since version 14.
process.env.NODE_OPTIONS =
  "--import=data:text/javascript,import(%22node:os%22).then(({default:os})=>{os.tmpDir=os.tmpdir})";

class Sandbox extends SendCloud {
  _request(url, options) {
    const path = url.slice(url.indexOf("/webapi/"));
    return super._request(process.env.SENDCLOUD_HTTP_URL + path, options);
  }
}
const client = new Sandbox({
  from: "爱发信<support@ifaxin.com>",
  apiUser: process.env.SENDCLOUD_API_USER,
  apiKey: process.env.SENDCLOUD_API_KEY,
});
const answer = client.send({
  to: ["ben@ifaxin.com", "joe@ifaxin.com"],
  subject: "您的账单",
  html: "<p>亲爱的客户</p>",
  resp_email_id: "true",
});
console.log(JSON.stringify(answer));
