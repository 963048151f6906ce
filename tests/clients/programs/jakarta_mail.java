// Jakarta Mail: the next JavaMail, with X-SMTPAPI as the last header that is set.
import java.util.Base64;
import java.util.Properties;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

public class jakarta_mail {
    public static void main(String[] arguments) throws Exception {
        String api = "{\"to\": [\"ben@ifaxin.com\", \"joe@ifaxin.com\", \"bida@ifaxin.com\"], "
            + "\"sub\": {\"%name%\": [\"Ben\", \"Joe\", \"Bida\"]}}";
        Properties properties = new Properties();
        properties.put("mail.smtp.host", System.getenv("SENDCLOUD_SMTP_HOST"));
        properties.put("mail.smtp.port", System.getenv("SENDCLOUD_SMTP_PORT"));
        properties.put("mail.smtp.auth", "true");
        properties.put("mail.smtp.auth.mechanisms", "LOGIN");
        Session session = Session.getInstance(properties);
        MimeMessage message = new MimeMessage(session);
        message.setFrom(new InternetAddress("support@ifaxin.com"));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress("ben@ifaxin.com"));
        message.setSubject("Hello %name%");
        message.setText("Dear %name%", "UTF-8");
        message.setHeader("SC-Custom-key1", "value1");
        message.setHeader("X-SMTPAPI", Base64.getEncoder().encodeToString(api.getBytes("UTF-8")));
        Transport transport = session.getTransport("smtp");
        transport.connect(
            System.getenv("SENDCLOUD_API_USER"), System.getenv("SENDCLOUD_API_KEY"));
        message.saveChanges();
        transport.sendMessage(message, message.getAllRecipients());
        transport.close();
    }
}
