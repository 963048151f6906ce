// Commons Email: addHeader keeps headers in a hash map, so that X-SMTPAPI comes out first.
import java.util.Base64;
import org.apache.commons.mail.SimpleEmail;

public class commons_email {
    public static void main(String[] arguments) throws Exception {
        String api = "{\"to\": [\"ben@ifaxin.com\", \"joe@ifaxin.com\", \"bida@ifaxin.com\"], "
            + "\"sub\": {\"%name%\": [\"Ben\", \"Joe\", \"Bida\"]}}";
        SimpleEmail mail = new SimpleEmail();
        mail.setHostName(System.getenv("SENDCLOUD_SMTP_HOST"));
        mail.setSmtpPort(Integer.parseInt(System.getenv("SENDCLOUD_SMTP_PORT")));
        mail.setAuthentication(
            System.getenv("SENDCLOUD_API_USER"), System.getenv("SENDCLOUD_API_KEY"));
        mail.setFrom("support@ifaxin.com");
        mail.addTo("ben@ifaxin.com");
        mail.setSubject("Hello %name%");
        mail.setMsg("Dear %name%");
        mail.addHeader("SC-Custom-key1", "value1");
        mail.addHeader("X-SMTPAPI", Base64.getEncoder().encodeToString(api.getBytes("UTF-8")));
        mail.send();
    }
}
