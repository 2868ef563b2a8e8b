defmodule Shapes.Round do
  alias Shapes.Base
  def area(round), do: compute(round)
  defp twice(x) when x > 1 do
    x
  end
end
