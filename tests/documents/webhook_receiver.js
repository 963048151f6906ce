// A receiver of webhooks, as SendCloud documents one (SENDCLOUD.md 4.1, 4.2): node FILE PORT.

const crypto = require('crypto');
const http = require('http');

const appKey = process.env.SENDCLOUD_APP_KEY || 'test_appkey';

function verify(form) {
  const message = form.get('timestamp') + form.get('token');
  return crypto.createHmac('sha256', appKey).update(message).digest('hex') === form.get('signature');
}

http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    // GET, and the POST that tests a URL when it is saved, hold no form.
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') {
      response.end('ok');
      return;
    }
    const form = new URLSearchParams(Buffer.concat(parts).toString());
    if (!verify(form)) {
      response.writeHead(403).end('wrong signature');
      return;
    }
    const recipients = JSON.parse(form.get('recipientArray') || '[""]');
    response.end(`${form.get('event')} ${recipients.length} ${form.get('message')}`);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
