"""A test in Python: serves a declaration, and asks the registry as a client does."""

import json
import subprocess
import unittest
import urllib.request


class Serve(unittest.TestCase):
    def setUp(self):
        self.server = subprocess.Popen(["oci-fixture", "serve", "app.oci"], stdout=subprocess.PIPE, text=True)
        self.host = self.server.stdout.readline().strip()

    def tearDown(self):
        self.server.kill()
        self.server.communicate()

    def get(self, path):
        with urllib.request.urlopen(f"http://{self.host}/v2/library/app/{path}") as answer:
            return json.load(answer)

    def test_tags(self):
        self.assertEqual(self.get("tags/list"), {"name": "library/app", "tags": ["1"]})

    def test_the_platforms_of_the_image(self):
        images = self.get("manifests/1")["manifests"]
        platforms = [image["platform"]["architecture"] for image in images]
        self.assertEqual(platforms, ["amd64", "arm64"])


unittest.main()
