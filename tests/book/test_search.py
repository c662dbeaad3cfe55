"""Search leads where a reader wants to go, by the code that the built book runs."""

import re

import pytest

from .browser import opened, served

HIPPO = "state_space_models"
#: What a reader types, and the page that is to come first.
WANTED = {
    "mAP": "mean_average_precision",
    "average precision": "mean_average_precision",
    "IoU": "mean_average_precision",
    "intersection over union": "mean_average_precision",
    "COCO": "mean_average_precision",
    "precision recall": "mean_average_precision",
    "HiPPO": HIPPO,
    "S4": HIPPO,
    "S4D": HIPPO,
    "S5": HIPPO,
    "Mamba": HIPPO,
    "RWKV": HIPPO,
    "parallel scan": HIPPO,
    "Legendre polynomials": HIPPO,
    "AdamW": "adam",
    "weight decay": "adam",
    "bias correction": "adam",
    "epsilon": "adam",
    "SGD momentum": "adam",
    "ArcFace": "face_recognition",
    "eigenfaces": "face_recognition",
    "face alignment": "face_recognition",
    "ROC": "face_recognition",
    "heapq": "heaps",
    "heapsort": "heaps",
    "heapify": "heaps",
    "priority queue": "heaps",
    "priorty queue": "heaps",
    "knapsack": "dynamic_programming",
    "0/1 knapsack": "dynamic_programming",
    "unbounded knapsack": "dynamic_programming",
    "combination sum": "backtracking",
    "maximum gap": "bucket_sort",
    "radix sort": "bucket_sort",
    "counting sort": "bucket_sort",
    "pigeonhole": "bucket_sort",
    "recurrent network": "linear_attention",
    "delta rule": "linear_attention",
    "causal mask": "linear_attention",
    "random features": "performer",
    "FAVOR+": "performer",
    "NMS": "face_recognition",
    "non-maximum suppression": "face_recognition",
    "pruning": "backtracking",
    "cosFormer": "transnormer",
    "softmax": "linear_attention",
    "背包": "dynamic_programming",
    "orthogonal features": "performer",
    "RMSNorm": "transnormer",
    "gated attention unit": "flash",
    "mixed chunk attention": "flash",
    "GAU": "flash",
    # As a learner types: American English, two words as one, a question, Chinese.
    "optimizer": "adam",
    "L2 regularization": "adam",
    "learning rate warmup": "adam",
    "why is adam better than sgd": "adam",
    "discretization": HIPPO,
    "layernorm": "transnormer",
    "swish": "flash",
    "GLA": "linear_attention",
    "mAP@0.5:0.95": "mean_average_precision",
    "AP50": "mean_average_precision",
    "confusion matrix": "mean_average_precision",
    "decrease key": "heaps",
    "k largest elements": "heaps",
    "优先队列": "heaps",
    "n queens": "backtracking",
    "why iterate backwards": "dynamic_programming",
    "quicksort": "bucket_sort",
    "similarity transform": "face_recognition",
    "人脸识别": "face_recognition",
    "download": "intro",
    # A question, with words of asking; what a page says in several places.
    "how do I find the median of a stream": "heaps",
    "why does adam need bias correction": "adam",
    "difference between map and average precision": "mean_average_precision",
    "what is the kernel trick in linear attention": "linear_attention",
    "how to merge k sorted lists": "heaps",
    "how to compute IoU of two boxes": "mean_average_precision",
    "why is heapify O(n)": "heaps",
    "how many ways to make change": "dynamic_programming",
    "top down vs bottom up": "dynamic_programming",
    "what does epsilon do in adam": "adam",
    "should biases be decayed": "adam",
    "why is attention quadratic": "linear_attention",
    "what is a state space model": HIPPO,
    "how does face id work": "face_recognition",
    "avoid duplicates in combinations": "backtracking",
    "how long does it take": "intro",
    "prerequisites": "intro",
    # Names of functions, symbols, words written in two, slips.
    "heappushpop": "heaps",
    "nlargest": "heaps",
    "np.argsort": "bucket_sort",
    "softmax(QK^T)V": "linear_attention",
    "β₂": "adam",
    "beta2": "adam",
    "O(n log n)": "heaps",
    "heap sort": "heaps",
    "gradint descent": "adam",
    "mean averge precision": "mean_average_precision",
    "kth largest element": "heaps",
    "coin change": "dynamic_programming",
    "dijkstra": "heaps",
    "false accept rate": "face_recognition",
    # Chinese, a term and a question.
    "偏差修正": "adam",
    "堆排序": "heaps",
    "交并比": "mean_average_precision",
    "非极大值抑制": "face_recognition",
    "核函数": "performer",
    "并行扫描": HIPPO,
    "什么是注意力机制": "linear_attention",
}
#: Where on that page the first hit is.
PLACES = {
    "Mamba": "choose-what-to-remember-mamba",
    "heapsort": "heapsort",
    "heap sort": "heapsort",
    "堆排序": "heapsort",
    "bias correction": "correct-the-bias",
    "偏差修正": "correct-the-bias",
    "why does adam need bias correction": "correct-the-bias",
    "what does epsilon do in adam": "where-epsilon-stands",
    "how to merge k sorted lists": "merge",
    "how to compute IoU of two boxes": "measure-an-overlap",
    "交并比": "measure-an-overlap",
    "why is heapify O(n)": "where-the-o-n-comes-from",
    "how many ways to make change": "count-instead-of-choosing",
    "非极大值抑制": "find-the-faces",
    "并行扫描": "scan-in-parallel-s5",
    "核函数": "estimate-a-kernel",
    "nlargest": "the-k-smallest",
    "prerequisites": "for-whom",
}

ASK = """async (all) => {
    const input = document.querySelector("#search-page-input");
    const found = {};
    for (const asked of all) {
        input.value = asked;
        input.form.dispatchEvent(new Event("submit", { cancelable: true }));
        await new Promise((done) => setTimeout(done));
        const texts = [...document.querySelectorAll("#gb-results p")].map((e) => e.textContent);
        const first = document.querySelector("#gb-results > li:first-child ul a");
        found[asked] = [first?.href ?? "", texts];
    }
    return found;
}"""
MARKED = """() => [...(CSS.highlights.get("gb-found") ?? [])].map(String)"""


@pytest.fixture(scope="module")
def answers(browser, site):
    """Ask everything in one visit of the page, opened as a file; the first hit and the excerpts."""
    with opened(browser, (site / "search.html").as_uri() + "?q=heap") as (page, log):
        page.locator("#gb-results > li").nth(1).wait_for()
        found = page.evaluate(ASK, list(WANTED))
        assert not log.errors
        return found


def test_the_right_page_comes_first(answers):
    wrong = {
        asked: first
        for asked, (first, _) in answers.items()
        if f"/{WANTED[asked]}.html?" not in first
    }
    assert len(WANTED) >= 40 and not wrong


def test_the_first_hit_is_the_place(answers):
    assert not {
        asked: answers[asked][0]
        for asked, place in PLACES.items()
        if not answers[asked][0].endswith(f"#{place}")
    }


def test_a_question_is_answered_in_few_places(answers):
    """No more than a reader looks through: most words of a question are in every chapter."""
    questions = [asked for asked in WANTED if len(asked.split()) > 4]
    assert len(questions) > 10
    many = {asked: len(answers[asked][1]) for asked in questions}
    assert not {asked: count for asked, count in many.items() if count > 40}


def test_excerpts_are_prose(answers):
    texts = [text for _, found in answers.values() for text in found]
    assert len(texts) > 100
    signs = (r"import \w", r"\\frac", r"\\mathbf", r"\{glue", "def ", "Show source")
    assert not [text for text in texts if any(re.search(sign, text) for sign in signs)]


def test_a_hit_is_marked_on_its_page_alone_and_escape_unmarks_it(browser, site):
    with (
        served(site) as base,
        opened(browser, base + "search.html?q=bias+correction") as (page, log),
    ):
        page.locator("#gb-results a").first.click()
        page.wait_for_url("**/adam.html#correct-the-bias")  # no trace of the search in it
        marked = {word.lower() for word in page.evaluate(MARKED)}
        assert {"bias", "correction"} <= marked <= {"bias", "biases", "correction", "corrections"}
        page.keyboard.press("Escape")
        assert not page.evaluate(MARKED)
        page.goto(base + "chapters/heaps.html")
        assert not page.evaluate(MARKED)
        assert not page.get_by_text("Hide Search Matches").count()
        assert not log.errors


def test_escape_gives_the_focus_back(browser, site):
    with served(site) as base, opened(browser, base + "chapters/heaps.html") as (page, _):
        page.locator("article a").first.focus()
        here = page.evaluate_handle("document.activeElement")
        page.keyboard.press("Control+k")
        assert page.evaluate("document.activeElement.matches('input[type=search]')")
        page.keyboard.press("Escape")
        assert page.evaluate("(here) => document.activeElement === here", here)


def test_the_theme_switch_says_how_it_stands(browser, site):
    with served(site) as base, opened(browser, base + "intro.html", "dark") as (page, _):
        button = page.locator(".theme-switch-button").first
        assert button.get_attribute("aria-label") == "Theme: dark. Change"
        button.click()
        changed = page.locator("html").get_attribute("data-mode")
        assert changed != "dark"
        assert page.get_by_role("status").filter(has_text="Theme:").count() == 1
