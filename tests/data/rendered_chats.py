"""Rows and what two published chat templates make of them, written out by hand.

``llama`` is the template of Llama 3.1 to 3.3 (tokenizer_config.json of meta-llama/Llama-3.1-8B-
Instruct), ``qwen`` that of Qwen 2.5 (Qwen/Qwen2.5-7B-Instruct) and, where there is reasoning, of
Qwen 3. ``tokens`` are those of both in the families' own vocabularies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rendered:
    """One row; ``llama`` and ``qwen`` are what is trained on, one text for each example."""

    row: dict[str, Any]
    llama: tuple[str, ...]
    qwen: tuple[str, ...]
    tokens: tuple[int, int]


def said(role: str, content: str, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


DATES = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"
START = "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
QWEN = "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant."


def llama(role: str, text: str) -> str:
    return f"<|start_header_id|>{role}<|end_header_id|>\n\n{text}<|eot_id|>"


def qwen(role: str, text: str) -> str:
    return f"<|im_start|>{role}\n{text}<|im_end|>\n"


PING = Rendered(
    {"messages": [said("user", "ping"), said("assistant", "pong")]},
    (f"{START}{DATES}<|eot_id|>{llama('user', 'ping')}{llama('assistant', 'pong')}",),
    (f"{QWEN}<|im_end|>\n{qwen('user', 'ping')}{qwen('assistant', 'pong')}",),
    (38, 33),
)

RULES = "You answer for a shop that sells lamps.\nBe short."
ASKED = "My order came with a broken shade. Can I send it back?"
ANSWER = "I am sorry to hear that. Yes: within 30 days, and the label is on its way to you."
SYSTEM = Rendered(
    {"messages": [said("system", RULES), said("user", ASKED), said("assistant", ANSWER)]},
    (f"{START}{DATES}{RULES}<|eot_id|>{llama('user', ASKED)}{llama('assistant', ANSWER)}",),
    (qwen("system", RULES) + qwen("user", ASKED) + qwen("assistant", ANSWER),),
    (86, 66),
)

THAI, GERMAN = (
    "สวัสดีครับ วันนี้อากาศเป็นอย่างไร",
    "Überprüfungsgebühren fallen nicht an; größtmögliche Kulanz.",
)
OTHERS = Rendered(
    {"messages": [said("user", THAI), said("assistant", GERMAN)]},
    (f"{START}{DATES}<|eot_id|>{llama('user', THAI)}{llama('assistant', GERMAN)}",),
    (f"{QWEN}<|im_end|>\n{qwen('user', THAI)}{qwen('assistant', GERMAN)}",),
    (69, 66),
)

TOOL = {
    "type": "function",
    "function": {
        "name": "order_status",
        "description": "Where an order is",
        "parameters": {
            "type": "object",
            "properties": {"id": {"type": "string"}},
            "required": ["id"],
        },
    },
}
INDENTED_TOOL = """{
    "type": "function",
    "function": {
        "name": "order_status",
        "description": "Where an order is",
        "parameters": {
            "type": "object",
            "properties": {
                "id": {
                    "type": "string"
                }
            },
            "required": [
                "id"
            ]
        }
    }
}"""
SPACED_TOOL = (
    '{"type": "function", "function": {"name": "order_status", "description": "Where an order is", '
    '"parameters": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}'
    "}}"
)
CALL = {"type": "function", "function": {"name": "order_status", "arguments": '{"id": "A-17"}'}}
RESULT = '{"state": "sent", "days": 2}'
GIVEN = (
    "Given the following functions, please respond with a JSON for a function call with its proper "
    "arguments that best answers the given prompt.\n\n"
    'Respond in the format {"name": function name, "parameters": dictionary of argument name and '
    "its value}.Do not use variables.\n\n"
)
TOOLS = (
    "\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
    "You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n"
    f"{SPACED_TOOL}\n</tools>\n\n"
    "For each function call, return a json object with function name and arguments within "
    "<tool_call></tool_call> XML tags:\n<tool_call>\n"
    '{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>'
)
WHERE, SENT = "Where is order A-17?", "It was sent and arrives in 2 days."
CALLED = Rendered(
    {
        "messages": [
            said("user", WHERE),
            {"role": "assistant", "tool_calls": [CALL]},
            said("tool", RESULT),
            said("assistant", SENT),
        ],
        "tools": [TOOL],
    },
    (
        f"{START}Environment: ipython\n{DATES}<|eot_id|>"
        + llama("user", f"{GIVEN}{INDENTED_TOOL}\n\n{WHERE}")
        + llama("assistant", '{"name": "order_status", "parameters": "{\\"id\\": \\"A-17\\"}"}')
        + llama("ipython", '"{\\"state\\": \\"sent\\", \\"days\\": 2}"')
        + llama("assistant", SENT),
    ),
    (
        f"{QWEN}{TOOLS}<|im_end|>\n"
        + qwen("user", WHERE)
        + qwen(
            "assistant",
            '<tool_call>\n{"name": "order_status", "arguments": {"id": "A-17"}}\n</tool_call>',
        )
        + qwen("user", f"<tool_response>\n{RESULT}\n</tool_response>")
        + qwen("assistant", SENT),
    ),
    (233, 233),
)

SUM, TWICE = "How much is 17 times 3?", "And twice that?"
THOUGHT, DOUBLED = "17 times 3 is 10 times 3 and 7 times 3: 51.", "Twice 51 is 102."
REASONED = Rendered(
    {
        "messages": [
            said("user", SUM),
            said("assistant", "51", reasoning_content=THOUGHT),
            said("user", TWICE),
            said("assistant", "102", reasoning_content=DOUBLED),
        ]
    },
    (),
    (  # the reasoning of a turn is left out of those after it: each turn is an example
        qwen("user", SUM) + qwen("assistant", f"<think>\n{THOUGHT}\n</think>\n\n51"),
        qwen("user", SUM)
        + qwen("assistant", "51")
        + qwen("user", TWICE)
        + qwen("assistant", f"<think>\n{DOUBLED}\n</think>\n\n102"),
    ),
    (0, 103),
)

GOOD, BAD = "Refunds take three days.", "No idea, look it up."
LONG = "How long does a refund take? " * 4
PAIR = Rendered(
    {
        "input": {"messages": [said("user", LONG)], "tools": []},
        "preferred_output": [said("assistant", GOOD)],
        "non_preferred_output": [said("assistant", BAD)],
    },
    tuple(
        f"{START}{DATES}<|eot_id|>{llama('user', LONG)}{llama('assistant', answer)}"
        for answer in (GOOD, BAD)
    ),
    tuple(
        f"{QWEN}<|im_end|>\n{qwen('user', LONG)}{qwen('assistant', answer)}"
        for answer in (GOOD, BAD)
    ),
    (143, 133),
)

CHATS = {
    "ping": PING,
    "system": SYSTEM,
    "other languages": OTHERS,
    "tools": CALLED,
    "reasoning": REASONED,
    "preference": PAIR,
}
