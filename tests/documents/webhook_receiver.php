<?php
// A receiver of webhooks, as SendCloud documents one (SENDCLOUD.md 4.1, 4.2): php -S HOST:PORT FILE.

$app_key = getenv('SENDCLOUD_APP_KEY') ?: 'test_appkey';

function verify($app_key, $token, $timestamp, $signature) {
    return hash_equals(hash_hmac('sha256', $timestamp . $token, $app_key), $signature);
}

header('Content-Type: text/plain; charset=utf-8');
// GET, and the POST that tests a URL when it is saved, hold no form.
if (!isset($_POST['event'])) {
    echo 'ok';
} elseif (verify($app_key, $_POST['token'], $_POST['timestamp'], $_POST['signature'])) {
    $recipients = isset($_POST['recipientArray']) ? json_decode($_POST['recipientArray']) : [''];
    echo $_POST['event'] . ' ' . count($recipients) . ' ' . $_POST['message'];
} else {
    http_response_code(403);
    echo 'wrong signature';
}
