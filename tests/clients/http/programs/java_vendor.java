// The vendor's Java sample: the multipart body that HttpClient makes in browser-compatible mode,
// text/plain; charset=UTF-8 on every part. It is sent by Java's own client, which asks for HTTP/2.
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

public class java_vendor {
    static final ByteArrayOutputStream body = new ByteArrayOutputStream();
    static final String boundary = UUID.randomUUID().toString().replace("-", "");

    public static void main(String[] arguments) throws Exception {
        Map<String, String> params = new LinkedHashMap<>();
        params.put("apiUser", System.getenv("SENDCLOUD_API_USER"));
        params.put("apiKey", System.getenv("SENDCLOUD_API_KEY"));
        params.put("from", "support@ifaxin.com");
        params.put("fromName", "\u7231\u53d1\u4fe1");
        params.put("subject", "%name%\uff0c\u60a8\u7684\u8d26\u5355");
        params.put("html", "<p>\u4eb2\u7231\u7684%name%</p>");
        params.put("xsmtpapi", "{\"to\":[\"ben@ifaxin.com\",\"joe@ifaxin.com\"],"
            + "\"sub\":{\"%name%\":[\"\u5c0f\u672c\",\"\u5c0f\u4e54\"]}}");
        params.put("respEmailId", "true");
        for (Map.Entry<String, String> each : params.entrySet()) {
            part("name=\"" + each.getKey() + "\"", "text/plain; charset=UTF-8",
                each.getValue().getBytes(StandardCharsets.UTF_8));
        }
        part("name=\"attachments\"; filename=\"\u8d26\u5355.txt\"", "text/plain; charset=UTF-8",
            "99.5 \u5143\n".getBytes(StandardCharsets.UTF_8));
        part("name=\"attachments\"; filename=\"logo.png\"", "text/plain; charset=UTF-8",
            new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        write("--" + boundary + "--\r\n");
        URI url = URI.create(System.getenv("SENDCLOUD_HTTP_URL") + "/apiv2/mail/send");
        HttpRequest request = HttpRequest.newBuilder(url)
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
        System.out.println(HttpClient.newHttpClient()
            .send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    static void part(String named, String type, byte[] content) throws Exception {
        write("--" + boundary + "\r\nContent-Disposition: form-data; " + named + "\r\n");
        write("Content-Type: " + type + "\r\n\r\n");
        body.write(content);
        write("\r\n");
    }

    static void write(String text) throws Exception {
        body.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
