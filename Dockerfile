# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY sendcloud_inbound ./sendcloud_inbound
RUN python -m venv /opt/sendcloud-inbound \
 && /opt/sendcloud-inbound/bin/pip install --no-cache-dir --no-compile ".[postgres]" \
 && /opt/sendcloud-inbound/bin/pip uninstall --yes --quiet pip \
 && /opt/sendcloud-inbound/bin/python -m compileall -q /opt/sendcloud-inbound/lib

FROM python:3.13-slim
LABEL org.opencontainers.image.title="sendcloud-inbound" \
      org.opencontainers.image.description="A sandbox that behaves like SendCloud's inbound mail server" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.documentation="README.md"
COPY --from=build /opt/sendcloud-inbound /opt/sendcloud-inbound
# Mail is kept in /data. Anybody may write there, so that any user id that an engine picks will do.
RUN mkdir /data && chmod 1777 /data
ENV PATH=/opt/sendcloud-inbound/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SENDCLOUD_INBOUND_SMTP__HOST=0.0.0.0 \
    SENDCLOUD_INBOUND_HTTP__HOST=0.0.0.0 \
    SENDCLOUD_INBOUND_STORE__URL=sqlite:////data/store.db
WORKDIR /data
VOLUME /data
EXPOSE 2525 8025
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["sendcloud-inbound", "ready"]
ENTRYPOINT ["sendcloud-inbound"]
CMD ["serve"]
