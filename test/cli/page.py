#!/usr/bin/env python3
"""Checks pages that till report writes: page.py FILE...

Well-formed; asks nobody for anything; every script and style is named by its hash in the policy; every link
leads somewhere; no id twice; headings in order; every picture has a name and is drawn; no section is empty.
For keyboard and screen reader: the language is said, the first link skips to the content, the page has its
landmarks, and every table has a caption, headed columns and a region that can be reached and scrolled.
Prints what a page holds, or what is wrong with it.
"""

import base64
import hashlib
import html.parser
import json
import re
import sys

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(html.parser.HTMLParser):
    """Reads a page; `errors` says what is wrong with it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.errors, self.open, self.ids, self.links = [], [], [], []
        self.headings, self.sections, self.figures, self.tables = [], [], [], 0
        self.policy, self.scripts, self.styles, self.data = "", [], [], []
        self.findings = 0
        self.landmarks, self.first_link, self.language, self.captions, self.regions = set(), None, "", 0, 0

    def error(self, what):
        self.errors.append(f"line {self.getpos()[0]}: {what}")

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if len(given) != len(attributes):
            self.error(f"<{tag}> says an attribute twice")
        in_svg = any(name == "svg" for name, _ in self.open)
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("src", "href", "xlink:href", "srcset", "action", "data"):
            value = given.get(name, "")
            if name == "href" and value.startswith("#"):
                self.links.append(value[1:])
            elif value and not (in_svg and value.startswith("#")):
                self.error(f"<{tag} {name}={value!r}> asks for something outside")
        if "style" in given and not in_svg:
            self.error(f"<{tag}> has a style that the policy forbids")
        if any(name.startswith("on") for name in given):
            self.error(f"<{tag}> has a script that the policy forbids")
        if tag in ("link", "iframe", "img", "object", "embed", "base"):
            self.error(f"<{tag}> does not belong here")
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "section":
            self.sections.append([given.get("id", ""), 0])
        if tag == "figure":
            self.figures.append([given.get("aria-label", ""), False])
        if tag == "svg" and self.figures and not in_svg:
            self.figures[-1][1] = bool(given.get("aria-label"))
        if tag == "html":
            self.language = given.get("lang", "")
        if tag in ("header", "nav", "main", "footer"):
            self.landmarks.add(tag)
        if tag == "a" and self.first_link is None:
            self.first_link = given
        if tag == "table":
            self.tables += 1
            around = self.open[-1][1]
            self.regions += around.get("role") == "region" and around.get("tabindex") == "0" and bool(around.get("aria-label"))
        if tag == "caption":
            self.captions += 1
        if tag == "th" and "scope" not in given:
            self.error("<th> does not say what it heads")
        if tag == "li" and any(name == "ol" and "findings" in (a.get("class") or "") for name, a in self.open):
            self.findings += 1
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.error(f"</{tag}> closes {self.open[-1][0] if self.open else 'nothing'}")
            return
        self.open.pop()

    def handle_data(self, text):
        tag, given = self.open[-1] if self.open else ("", {})
        if tag == "script":
            (self.data if given.get("type") == "application/json" else self.scripts).append(text)
        elif tag == "style":
            self.styles.append(text)
        elif self.sections and text.strip():
            self.sections[-1][1] += len(text.strip())

    def check(self):
        def digest(text):
            return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

        if self.open:
            self.error(f"<{self.open[-1][0]}> is never closed")
        for twice in sorted({name for name in self.ids if self.ids.count(name) > 1}):
            self.error(f"the id {twice} is given twice")
        for link in self.links:
            if link not in self.ids:
                self.error(f"#{link} leads nowhere")
        for content in self.scripts + self.styles:
            if digest(content) not in self.policy:
                self.error("a script or a style is not named in the policy")
        if "default-src 'none'" not in self.policy or "unsafe" in self.policy:
            self.error(f"the policy is {self.policy!r}")
        if self.headings[:1] != [1] or self.headings.count(1) != 1:
            self.error("there must be one <h1>, first")
        for above, below in zip(self.headings, self.headings[1:]):
            if below > above + 1:
                self.error(f"<h{below}> follows <h{above}>")
        if not self.language:
            self.error("the language is not said")
        if not self.first_link or self.first_link.get("class") != "skip" or self.first_link.get("href", "")[1:] not in self.ids:
            self.error("the first link does not skip to the content")
        for missing in sorted({"header", "nav", "main", "footer"} - self.landmarks):
            self.error(f"there is no <{missing}>")
        if self.captions != self.tables or self.regions != self.tables:
            self.error(f"of {self.tables} tables {self.captions} have a caption and {self.regions} a region")
        for name, drawn in self.figures:
            if not name or not drawn:
                self.error(f"the picture {name!r} has no name or is not drawn")
        for name, letters in self.sections:
            if not name or letters < 40:
                self.error(f"the section {name!r} is empty")
        for specification in self.data:
            try:
                json.loads(specification)
            except ValueError as error:
                self.error(f"a specification is no JSON: {error}")
        return self.errors


def main():
    failed = False
    for path in sys.argv[1:]:
        page = Page()
        with open(path, encoding="utf-8") as file:
            page.feed(file.read())
        page.close()
        for error in page.check():
            failed = True
            print(f"{path}: {error}")
        if not page.errors:
            print(f"{path}: {page.findings} findings, {len(page.sections)} sections, {len(page.figures)} pictures, "
                  f"{page.tables} tables")
    return failed


if __name__ == "__main__":
    sys.exit(main())
