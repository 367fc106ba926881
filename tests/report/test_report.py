"""The page of `floe docs build`, opened from its file in a headless Chromium: read, clicked through, walked with the keyboard,
checked by axe-core, printed."""

import json
import re
import subprocess

import pytest
from playwright.sync_api import expect

from conftest import HOSTILE, MODELS
from floe_command import BIN, ROOT

ORDERS = "#/node/model.customer_360.silver_orders"
ADDRESSES = ["#/", "#/lineage", "#/list", "#/tests", "#/contracts", "#/findings", "#/policies", "#/settings", "#/runs", ORDERS, ORDERS + "/column/status"]


def heading(page):
    return page.locator("main h1").inner_text()


def expect_heading(page, text):
    """A link leads on when the browser tells the page that its address has changed."""
    expect(page.locator("main h1")).to_have_text(text)


def cells(page, caption):
    """The texts of a table's rows."""
    table = page.locator("table", has=page.locator("caption", has_text=re.compile(f"^{re.escape(caption)}$")))
    return table.locator("tbody tr").evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))")


def go(page, address):
    """Follows an address and waits until its page is there: the title changes with it."""
    page.evaluate("""address => new Promise(done => {
        if (location.hash === address) return done();
        addEventListener('hashchange', () => done(), {once: true});
        location.hash = address;
    })""", address)


def wait_for_focus(page, name):
    """The page answers a key when the browser tells it that the address has changed."""
    page.wait_for_function("name => document.activeElement.id === name", arg=name)


def test_the_page_is_one_file_that_reads_nothing(demo_page):
    text = demo_page.read_text()
    assert [path.name for path in demo_page.parent.iterdir()] == ["index.html"]
    assert re.search(r"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-[\w+/=]{44}'; "
                     r"style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'\">", text)
    assert not re.search(r"(?:src|href)=\"?(?:https?:)?//|@import|url\(", text.split('<script type="application/json"')[0])


def test_the_same_product_gives_the_same_page(demo_page):
    project = demo_page.parents[2]
    before = demo_page.read_bytes()
    subprocess.run([BIN, "-q", "-C", project, "docs", "build"], check=True)
    assert demo_page.read_bytes() == before


def test_overview(open_page, demo_page):
    page = open_page(demo_page)
    assert page.title() == "Overview · customer-360"
    expect_heading(page, "customer-360")
    assert page.locator(".card").all_inner_texts() == [
        "Compile\n✓ compiles\n0 errors, 0 warnings", "Policies\n✓ all passed\n4 policies, 14 models", "Tests\n! 2 warnings\n106 of 108 passed",
        "Last run\n✓ succeeded\n" + page.locator(".card time").inner_text().join(["floe run, ", ""])]
    assert page.locator(".counts li").all_inner_texts() == ["3 Ingested files", "3 Sources", "1 Seeds", "3 Models, bronze", "7 Models, silver",
                                                            "4 Models, gold"]
    assert ["compute", "duckdb", ""] in cells(page, "Plugins")


def test_a_model(open_page, demo_page):
    page = open_page(demo_page, ORDERS)
    expect_heading(page, "silver_orders")
    columns = cells(page, "Columns of silver_orders")
    assert columns[0][:5] == ["order_id", "VARCHAR", "Id given by the shop.", "", "✓ unique\n✓ not_null"]
    assert columns[-1][:2] == ["amount", "DECIMAL(18,2)"]
    tests = cells(page, "Tests of silver_orders")
    assert len(tests) == 14 and tests[0][0] == "silver_orders_follow_signup" and tests[0][2].startswith("! warn")
    assert page.locator("main .halves").first.inner_text().split("\n") == [
        "Reads", "bronze_orders", "silver_customers", "silver_order_totals",
        "Read by", "gold_customer_360", "gold_daily_revenue", "gold_product_performance", "gold_region_summary"]
    assert "{{ ref('bronze_orders') }}" in page.locator("[role=tabpanel]:visible").inner_text()
    page.get_by_role("tab", name="As it ran last").click()
    assert 'from "floe"."main"."bronze_orders"' in page.locator("[role=tabpanel]:visible").inner_text()


def lists(page, section):
    """The lists below the headings of a section, by heading."""
    return page.locator(f"section[aria-labelledby={section}] h3").evaluate_all(
        "headings => Object.fromEntries(headings.map(h3 => [h3.innerText, h3.nextElementSibling.innerText.split('\\n')]))")


def test_a_column_and_where_it_comes_from(open_page, demo_page):
    page = open_page(demo_page, ORDERS)
    columns = {row[0]: row[5] for row in cells(page, "Columns of silver_orders")}
    assert columns["customer_id"] == "silver_customers.customer_id copied" and columns["item_count"] == "silver_order_totals.item_count computed"
    page.get_by_role("link", name="amount", exact=True).first.click()
    expect_heading(page, "amount")
    assert lists(page, "lineage") == {
        "Comes from": ["silver_order_totals.amount computed"],
        "Rows depend on": ["silver_order_totals.order_id join", "bronze_orders.order_id join", "bronze_orders.order_id window",
                           "bronze_orders.customer_id join", "bronze_orders.ordered_at filter", "bronze_orders.ordered_at window",
                           "bronze_orders.status filter", "bronze_orders.status window", "silver_customers.customer_id join"],
        "Used by": ["gold_customer_360.revenue aggregated", "gold_customer_360.segment condition", "gold_daily_revenue.revenue aggregated",
                    "gold_daily_revenue.average_amount aggregated", "gold_region_summary.revenue aggregated"]}
    picture = page.locator("section[aria-labelledby=lineage] svg")
    assert picture.get_attribute("aria-label").startswith("Lineage of silver_orders.amount.")
    # From the file's table to the gold tables, by values only.
    assert sorted(picture.locator(".box .name").all_text_contents()) == [
        "bronze_orders", "gold_customer_360", "gold_daily_revenue", "gold_region_summary", "raw.orders", "silver_order_items",
        "silver_order_totals", "silver_orders"]
    assert picture.locator("path.column").count() == 8


def test_the_keyboard_follows_a_column(open_page, demo_page):
    page = open_page(demo_page, ORDERS + "/column/amount")
    walked = [heading(page)]
    for name in ("silver_order_totals.amount", "silver_order_items.amount", "bronze_orders.items", "raw.orders.items"):
        page.locator("section[aria-labelledby=lineage]").get_by_role("link", name=name, exact=True).first.focus()
        page.keyboard.press("Enter")
        wait_for_focus(page, "main")
        walked.append(page.title().split(" · ")[0])
    assert walked == ["amount", "silver_order_totals.amount", "silver_order_items.amount", "bronze_orders.items", "raw.orders.items"]
    assert lists(page, "lineage")["Comes from"] == ["outside of the product"]


def test_links_lead_on_and_back(open_page, demo_page):
    page = open_page(demo_page)
    page.get_by_role("navigation").get_by_role("link", name="Policies").click()
    expect_heading(page, "Policies and verdicts")
    assert cells(page, "Policies") == [[name, "strict", "✓ passed", "14", "0"] for name in ("naming", "layers", "coverage", "descriptions")]
    page.get_by_role("navigation").get_by_role("link", name="gold_customer_360").click()
    expect_heading(page, "gold_customer_360")
    page.locator("main").get_by_role("link", name="silver_web_sessions", exact=True).click()
    expect_heading(page, "silver_web_sessions")
    page.go_back()
    expect_heading(page, "gold_customer_360")
    go(page, "#/node/no.such.node")
    expect_heading(page, "Not here")


def test_where_settings_came_from(open_page, demo_page):
    page = open_page(demo_page, "#/settings")
    settings = cells(page, "Settings")
    assert ["governance.quality_gates.minimum_test_coverage", "30", "acme-data-platform", "manifest.yaml:29"] in settings
    assert ["metadata.owner", '"customer-analytics@acme.example"', "product", "floe.yaml:7"] in settings
    assert cells(page, "Tiers")[0][:4] == ["acme-data-platform", "platform", "1.2.3", "manifest.yaml"]


def test_search(open_page, demo_page):
    page = open_page(demo_page)
    page.keyboard.press("/")
    page.keyboard.type("coupon_percent")
    box = page.get_by_role("combobox")
    assert page.get_by_role("option").first.inner_text() == "silver_orders.coupon_percent column"
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "found-0"
    page.keyboard.press("Enter")
    expect_heading(page, "coupon_percent")
    wait_for_focus(page, "main")


def test_the_keyboard_reaches_everything(open_page, demo_page):
    page = open_page(demo_page, "#/lineage")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    wait_for_focus(page, "main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "mark"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "As a table"
    page.keyboard.press("Tab")
    name = "document.activeElement.querySelector('title').textContent.split(',')[0]"
    page.keyboard.press("Home")
    walked = [page.evaluate(name)]
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
        walked.append(page.evaluate(name))
    assert walked == ["seed countries", "model silver_customers", "model gold_region_summary", "model gold_region_summary",
                      "model silver_customers", "model silver_rejected_rows"]
    # One stop for the whole picture.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Zoom in"
    page.keyboard.press("Shift+Tab")
    here = page.evaluate(name).split(" ")[1]
    page.keyboard.press("Enter")
    expect_heading(page, here)
    page.get_by_role("tab", name="As written").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "As it ran last"


def violations(page, axe, rules=None):
    page.evaluate(axe)
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [(rule["id"], node["target"]) for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing(open_page, demo_page, axe, address):
    assert violations(open_page(demo_page, address), axe) == []


@pytest.mark.parametrize("address", ["#/", "#/lineage", ORDERS, ORDERS + "/column/amount"])
def test_axe_finds_nothing_in_the_dark_or_narrow(open_page, demo_page, axe, address):
    assert violations(open_page(demo_page, address, color_scheme="dark"), axe, ["color-contrast"]) == []
    narrow = open_page(demo_page, address, viewport={"width": 400, "height": 800})
    assert violations(narrow, axe) == []
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 400
    narrow.get_by_role("button", name="Contents").click()
    assert narrow.get_by_role("navigation").is_visible()


def test_print(open_page, demo_page):
    page = open_page(demo_page, ORDERS)
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible() and not page.locator("header").is_visible()
    assert page.locator("main h1").is_visible()
    assert page.pdf()[:5] == b"%PDF-"


def test_text_stays_text(open_page, large_page):
    page = open_page(large_page)
    assert page.locator("main .lead").inner_text() == HOSTILE
    assert page.locator("img").count() == 0
    go(page, "#/node/model.large.hostile")
    assert page.locator(".facts code", has_text="onerror").first.inner_text() == HOSTILE
    go(page, "#/settings")
    assert [row for row in cells(page, "Settings") if json.dumps(HOSTILE) == row[1] and row[2] == "acme"]
    go(page, "#/policies")
    assert cells(page, "Overrides")[0][3] == HOSTILE
    assert page.locator("img").count() == 0
    source = large_page.read_text()
    assert source.count("</script>") == 2 and HOSTILE not in source


def test_500_models(open_page, large_page, axe):
    page = open_page(large_page, "#/lineage")
    models = MODELS + 1
    assert page.locator(".graph .box").count() == models + 10
    inside = page.evaluate("""() => {
        const boxes = [...document.querySelectorAll('.graph .box')].map(box => box.getBBox ? box.getAttribute('transform') : '');
        return new Set(boxes).size;
    }""")
    assert inside == models + 10, "two boxes lie on each other"
    page.get_by_label("Highlight").fill("gold_00")
    assert page.locator(".bar [role=status]").inner_text() == "10 matches"
    assert page.locator(".graph .box.marked").count() == 10
    assert violations(page, axe) == []
    go(page, "#/list")
    assert page.locator("main tbody tr").count() == 200
    page.get_by_role("button", name="more of").click()
    assert page.locator("main tbody tr").count() == 400
    go(page, "#/policies")
    assert cells(page, "Policies")[0][3] == str(models)
    go(page, "#/node/model.large.silver_000")
    assert {(row[0], row[3], row[4]) for row in cells(page, "Findings on silver_000")} == {("naming", "! warn", ""), ("coverage", "! warn", ""),
                                                                                         ("descriptions", "– exclude", HOSTILE)}
    # Compiled and read, but never run: said so, nothing made up.
    go(page, "#/node/model.large.gold_000")
    assert "not in any record of a run" in page.locator("main .facts").inner_text()
    assert cells(page, "Columns of gold_000")[0][:3] == ["id", "not known", "Key."]
    assert page.get_by_role("tab").all_inner_texts() == ["As written"]


def test_500_models_open_quickly(open_page, large_page):
    """Time of the page itself, which a slow disk or a busy machine stretches: a second is 20 times what it takes alone."""
    page = open_page(large_page)
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")

    def script_seconds():
        return {metric["name"]: metric["value"] for metric in client.send("Performance.getMetrics")["metrics"]}["ScriptDuration"]

    opened = script_seconds()
    go(page, "#/lineage")
    assert opened < 5 and script_seconds() - opened < 10, (opened, script_seconds())
