"""A forge of one repository on this machine, as far as scripts/ci uses one: the REST calls of GitHub and of
GitLab that post comments, notes and statuses. It keeps state, and a record of every request.

It is a proxy as well, since that is how `gh` is brought here: for its plain-HTTP host github.localhost it asks
api.github.localhost, and it honours HTTP_PROXY. Ids count up, and there is no clock.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

FORBIDDEN = (403, {"message": "Resource not accessible by integration"})
MISSING = (404, {"message": "Not Found"})


class Forge(ThreadingHTTPServer):
    """What the forge knows. Tests read and change it as they like."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        # token: who it is, and whether it may write
        self.tokens = {
            "writes": ("github-actions[bot]", True),
            "reads": ("github-actions[bot]", False),
        }
        self.comments = {}  # number of the request: [{"id", "login", "body"}]
        self.statuses = {}  # commit: [{"context", "state", "description", …}], the last one counts
        self.requests = []  # as GitHub lists open pull requests
        self.record = []  # (method, path, what was sent)
        self.page_size = 100  # of lists, at most
        self.broken = False  # answers 500 to every change
        self.meeting = None  # a barrier at which readers of comments wait for each other, once each
        self.lock = threading.Lock()
        self.last_id = 100
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_port}"

    def close(self):
        self.shutdown()
        self.server_close()

    def add_comment(self, number, login, body):
        self.last_id += 1
        comment = {"id": self.last_id, "login": login, "body": body}
        self.comments.setdefault(number, []).append(comment)
        return comment

    def bodies(self, number):
        return [comment["body"] for comment in self.comments.get(number, [])]

    def changes(self):
        return [(method, path) for method, path, _ in self.record if method != "GET" and path != "/graphql"]

    def find(self, comment_id):
        for comments in self.comments.values():
            for comment in comments:
                if comment["id"] == comment_id:
                    return comments, comment
        return None, None

    def answer(self, method, path, query, sent, token):
        """The status and the document to answer with."""
        login, may_write = self.tokens.get(token, (None, False))
        if login is None:
            return 401, {"message": "Bad credentials"}
        if method != "GET" and path != "/graphql":
            if self.broken:
                return 500, {"message": "Server Error"}
            if not may_write:
                return FORBIDDEN
        for wanted, pattern, reply in ROUTES:
            matched = re.fullmatch(pattern, path)
            if wanted == method and matched:
                return reply(self, login, query, sent, *matched.groups())
        return MISSING


def viewer(forge, login, query, sent):
    if "pullRequests" in sent["query"]:
        return 200, {"data": {"repository": {"pullRequests": as_graph(forge)}}}
    return 200, {"data": {"viewer": {"login": login}}}


def as_graph(forge):
    """As `gh pr list` asks for them."""
    nodes = [
        {
            "number": one["number"],
            "title": one["title"],
            "url": one["html_url"],
            "isDraft": one["draft"],
            "author": {"login": one["user"]["login"]},
            "headRefName": one["head"]["ref"],
            "headRefOid": one["head"]["sha"],
            "baseRefName": one["base"]["ref"],
        }
        for one in forge.requests
    ]
    return {"totalCount": len(nodes), "nodes": nodes, "pageInfo": {"hasNextPage": False, "endCursor": ""}}


def on_github(comment):
    return {"id": comment["id"], "body": comment["body"], "user": {"login": comment["login"]}}


def on_gitlab(comment):
    return {"id": comment["id"], "body": comment["body"], "author": {"username": comment["login"]}}


def list_comments(shown):
    def reply(forge, login, query, sent, number):
        with forge.lock:
            found = [shown(comment) for comment in forge.comments.get(int(number), [])]
            meeting = forge.meeting
        if meeting and not meeting.broken and not found:
            meeting.wait(timeout=60)
        return 200, found

    return reply


def add_comment(shown):
    def reply(forge, login, query, sent, number):
        with forge.lock:
            return 201, shown(forge.add_comment(int(number), login, sent["body"]))

    return reply


def change_comment(shown):
    def reply(forge, login, query, sent, *ids):
        with forge.lock:
            _, comment = forge.find(int(ids[-1]))
            if comment is None:
                return MISSING
            comment["body"] = sent["body"]
            return 200, shown(comment)

    return reply


def delete_comment(forge, login, query, sent, *ids):
    with forge.lock:
        comments, comment = forge.find(int(ids[-1]))
        if comment is None:
            return MISSING
        comments.remove(comment)
        return 204, None


def combined_status(forge, login, query, sent, commit):
    latest = {status["context"]: status for status in forge.statuses.get(commit, [])}
    return 200, {"statuses": list(latest.values())}


def add_status(forge, login, query, sent, commit):
    if len(sent["description"]) > 140 or sent["state"] not in {"success", "failure", "error", "pending"}:
        return 422, {"message": "Validation Failed"}
    forge.statuses.setdefault(commit, []).append(sent)
    return 201, sent


def pipeline_statuses(forge, login, query, sent, commit):
    return 200, forge.statuses.get(commit, [])


def add_pipeline_status(forge, login, query, sent, commit):
    if sent["state"] not in {"pending", "running", "success", "failed", "canceled"}:
        return 400, {"message": "state does not have a valid value"}
    status = {"name": sent["name"], "status": sent["state"], "description": sent["description"]}
    forge.statuses.setdefault(commit, []).append(status)
    return 201, status


def pulls(forge, login, query, sent):
    base = query.get("base", [None])[0]
    return 200, [one for one in forge.requests if base in (None, one["base"]["ref"])]


def merge_requests(forge, login, query, sent):
    """The same requests, as GitLab lists them."""
    return 200, [
        {
            "id": 1000 + one["number"],
            "iid": one["number"],
            "title": one["title"],
            "author": {"username": one["user"]["login"]},
            "source_branch": one["head"]["ref"],
            "target_branch": one["base"]["ref"],
            "sha": one["head"]["sha"],
            "draft": one["draft"],
            "web_url": one["html_url"],
            "state": "opened",
        }
        for one in forge.requests
    ]


REPO = "/repos/acme/shop"
PROJECT = "/api/v4/projects/7"
ROUTES = [
    ("POST", "/graphql", viewer),
    ("GET", f"{REPO}/issues/([0-9]+)/comments", list_comments(on_github)),
    ("POST", f"{REPO}/issues/([0-9]+)/comments", add_comment(on_github)),
    ("PATCH", f"{REPO}/issues/comments/([0-9]+)", change_comment(on_github)),
    ("DELETE", f"{REPO}/issues/comments/([0-9]+)", delete_comment),
    ("GET", f"{REPO}/commits/([0-9a-f]{{40}})/status", combined_status),
    ("POST", f"{REPO}/statuses/([0-9a-f]{{40}})", add_status),
    ("GET", f"{REPO}/pulls", pulls),
    ("GET", "/api/v4/user", lambda forge, login, query, sent: (200, {"username": login})),
    ("GET", f"{PROJECT}/merge_requests/([0-9]+)/notes", list_comments(on_gitlab)),
    ("POST", f"{PROJECT}/merge_requests/([0-9]+)/notes", add_comment(on_gitlab)),
    ("PUT", f"{PROJECT}/merge_requests/([0-9]+)/notes/([0-9]+)", change_comment(on_gitlab)),
    ("DELETE", f"{PROJECT}/merge_requests/([0-9]+)/notes/([0-9]+)", delete_comment),
    ("GET", "/api/v4/projects/acme/shop/merge_requests", merge_requests),
    ("GET", f"{PROJECT}/repository/commits/([0-9a-f]{{40}})/statuses", pipeline_statuses),
    ("POST", f"{PROJECT}/statuses/([0-9a-f]{{40}})", add_pipeline_status),
]


class Handler(BaseHTTPRequestHandler):
    def handle_any(self):
        address = urlsplit(self.path)
        query = parse_qs(address.query)
        length = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(length)
        sent = json.loads(text) if text else None
        with self.server.lock:
            self.server.record.append((self.command, unquote(address.path), sent))
        status, document = self.server.answer(self.command, unquote(address.path), query, sent, self.token())
        headers = {}
        if isinstance(document, list):
            document, headers = self.page(address, query, document)
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def token(self):
        return self.headers.get("Private-Token") or (self.headers.get("Authorization") or " ").split(" ")[1]

    def page(self, address, query, document):
        """One page of a list, as long as was asked for, and where the next one is."""
        size = min(int(query.get("per_page", ["30"])[0]), self.server.page_size)
        number = int(query.get("page", ["1"])[0])
        part = document[(number - 1) * size : number * size]
        headers = {"X-Page": number, "X-Next-Page": ""}
        if number * size < len(document):
            following = urlencode({**{key: value[0] for key, value in query.items()}, "page": number + 1})
            host = address.netloc or self.headers["Host"]
            headers["Link"] = f'<http://{host}{address.path}?{following}>; rel="next"'
            headers["X-Next-Page"] = number + 1
        return part, headers

    def log_message(self, *args):
        pass
