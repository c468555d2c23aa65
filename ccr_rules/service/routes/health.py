"""`GET /health`: the process lives. `GET /ready`: it can answer, and where it cannot, why."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

router = APIRouter()


@router.get("/health")
async def health() -> Response:
    """Say that the process lives."""
    return JSONResponse({"status": "alive"})
