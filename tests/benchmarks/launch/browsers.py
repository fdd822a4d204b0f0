"""Browsers of many people and the platform that signs their tokens, in one process.

Started with a JSON document as its argument. Each line of its input is a number: so many launches
are done, all connections at once, and the number of pages that greeted the right person is written.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"
CONNECTIONS = 8
PEOPLE, COURSES = 100_000, 500


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


@dataclass
class Answer:
    status: int
    location: str
    cookies: list[str]
    text: str


class Connection:
    """One connection that is kept, as reverse proxies keep theirs."""

    @classmethod
    async def open(cls, port):
        self = cls()
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        return self

    async def send(self, method, path, headers, body=b""):
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded"]
            lines += [f"Content-Length: {len(body)}"]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head, *fields = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
        location, cookies, length = "", [], 0
        for one in fields:
            name, _, value = one.partition(": ")
            match name.lower():
                case "content-length":
                    length = int(value)
                case "location":
                    location = value
                case "set-cookie":
                    cookies.append(value)
        text = (await self.reader.readexactly(length)).decode()
        return Answer(int(head.split()[1]), location, cookies, text)


@dataclass
class Browser:
    """A fresh browser of one person: their cookies, and their address behind the proxy."""

    connection: Connection
    host: str
    person: int
    cookies: dict[str, tuple[str, str]] = field(default_factory=dict)

    async def get(self, path):
        return await self._send("GET", path)

    async def post(self, path, form):
        return await self._send("POST", path, urlencode(form).encode())

    async def _send(self, method, path, body=b""):
        sent = [
            f"{name}={value}" for name, (value, at) in self.cookies.items() if path.startswith(at)
        ]
        headers = {
            "Host": self.host,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "10.{}.{}.{}".format(*self.person.to_bytes(3)),
            "Accept-Language": "en",
        }
        if sent:
            headers["Cookie"] = "; ".join(sent)
        answer = await self.connection.send(method, path, headers, body)
        for cookie in answer.cookies:
            pair, *attributes = cookie.split("; ")
            name, _, value = pair.partition("=")
            at = next((one[5:] for one in attributes if one.lower().startswith("path=")), "/")
            self.cookies[name] = (value, at)
        return answer


class Platform:
    """A Canvas-like platform: 100,000 people in 500 courses, a token of 3.6 kB."""

    def __init__(self, settings):
        self.settings = settings
        self.key = load_pem_private_key(Path(settings["key"]).read_bytes(), None)
        self.head = base64url(json.dumps({"alg": "RS256", "typ": "JWT", "kid": "key-1"}).encode())

    def login(self, person):
        return {
            "iss": self.settings["issuer"],
            "client_id": self.settings["client_id"],
            "login_hint": f"hint-{person}",
            "lti_message_hint": "hint-" + "x" * 400,
            "lti_deployment_id": self.settings["deployment_id"],
            "target_link_uri": f"https://{self.settings['host']}/lti/launch",
        }

    def token(self, person, nonce):
        body = base64url(json.dumps(self.claims(person, nonce)).encode())
        signed = self.head + b"." + body
        return (signed + b"." + base64url(self.key.sign(signed, PKCS1v15(), SHA256()))).decode()

    def claims(self, person, nonce):
        """Claims as Canvas sends them in a course with names and grades allowed."""
        issuer, course, now = self.settings["issuer"], person % COURSES, int(time.time())
        return {
            "iss": issuer,
            "aud": self.settings["client_id"],
            "azp": self.settings["client_id"],
            "sub": f"3f2504e0-4f89-41d3-9a0c-{person:012}",
            "nonce": nonce,
            "iat": now,
            "exp": now + 3600,
            "name": f"Person {person}",
            "given_name": "Person",
            "family_name": str(person),
            "email": f"person{person}@example.edu",
            "picture": f"{issuer}/images/thumbnails/{person}/abcdefghijklmnopqrstuvwxyz",
            "locale": "en",
            "errors": {"errors": {}},
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}version": "1.3.0",
            f"{LTI}deployment_id": self.settings["deployment_id"],
            f"{LTI}target_link_uri": f"https://{self.settings['host']}/lti/launch",
            f"{LTI}resource_link": {
                "id": f"link-{course}",
                "title": "Meet your partner",
                "description": None,
                "validation_context": None,
            },
            f"{LTI}roles": [
                f"{VOCABULARY}institution/person#Student",
                f"{VOCABULARY}membership#Learner",
                f"{VOCABULARY}system/person#User",
            ],
            f"{LTI}context": {
                "id": f"course-{course:040}",
                "label": f"BIO {course}",
                "title": f"Biology {course}",
                "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
                "validation_context": None,
            },
            f"{LTI}tool_platform": {
                "guid": "abcdefghijklmnopqrstuvwxyz0123456789:canvas-lms",
                "name": "Example University",
                "version": "cloud",
                "product_family_code": "canvas",
                "validation_context": None,
            },
            f"{LTI}launch_presentation": {
                "document_target": "iframe",
                "return_url": f"{issuer}/courses/{course}/external_content/success/external_tool",
                "locale": "en",
                "height": 400,
                "width": 800,
                "validation_context": None,
            },
            f"{LTI}custom": {
                f"canvas_parameter_{number}": f"value of parameter {number}" for number in range(4)
            },
            "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
                "scope": [
                    f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}"
                    for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")
                ],
                "lineitems": f"{issuer}/api/lti/courses/{course}/line_items",
                "lineitem": f"{issuer}/api/lti/courses/{course}/line_items/1",
                "validation_context": None,
            },
            "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
                "context_memberships_url": f"{issuer}/api/lti/courses/{course}/names_and_roles",
                "service_versions": ["2.0"],
                "validation_context": None,
            },
        }


async def launch(platform, browser):
    """Log in, launch with a fresh token, and go on to the first page."""
    login = await browser.get("/lti/login?" + urlencode(platform.login(browser.person)))
    asked = parse_qs(urlsplit(login.location).query)
    token = platform.token(browser.person, asked["nonce"][0])
    page = await browser.post("/lti/launch", {"state": asked["state"][0], "id_token": token})
    while page.status in (302, 303):
        page = await browser.get(urlsplit(page.location).path)
    return page.status == 200 and f"Person {browser.person}" in page.text


async def two_requests(platform, browser):
    """Ask twice for nothing, with as much to read as a launch has; a token made beforehand."""
    await browser.get("/lti/login?" + urlencode(platform.login(browser.person)))
    page = await browser.post("/lti/launch", {"state": "s" * 43, "id_token": platform.spare})
    return page.status == 200 and page.text == "ok"


async def drive(platform, people, step):
    """Do the launches of these people; give how many went well."""

    async def one_after_the_other():
        connection = await Connection.open(platform.settings["port"])
        good = 0
        for person in people:
            good += await step(platform, Browser(connection, platform.settings["host"], person))
        connection.writer.close()
        return good

    people = iter(people)
    return sum(await asyncio.gather(*(one_after_the_other() for _ in range(CONNECTIONS))))


def main():
    platform = Platform(json.loads(sys.argv[1]))
    platform.spare = platform.token(1, "n" * 43)
    step = two_requests if platform.settings["is_bare"] else launch
    person = 0
    for line in sys.stdin:
        # A stride without a common factor: nobody twice before everybody once, courses mixed.
        people = [(person + number) * 7919 % PEOPLE for number in range(int(line))]
        person += len(people)
        sys.stdout.write(f"{asyncio.run(drive(platform, people, step))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
